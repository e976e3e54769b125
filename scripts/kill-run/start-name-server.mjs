import { createSocket } from 'node:dgram';

const HEADER_BYTES = 12;
const TYPE_A = 1;

/** A name server that gives `address` to every name. Resolves with its port. */
export function startNameServer(address) {
  const server = createSocket('udp4');
  server.on('message', (query, { address: from, port }) => {
    // The question is a name, label by label up to an empty one, a type and a class.
    let end = HEADER_BYTES;
    while (query[end]) end += query[end] + 1;
    const question = query.subarray(HEADER_BYTES, end + 5);
    const isA = question.readUInt16BE(question.length - 4) === TYPE_A;
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2); // an answer, without an error
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(isA ? 1 : 0, 6);
    // The name of the question, type A, class IN, 5 s, four bytes.
    const record = Buffer.from([
      0xc0,
      12,
      0,
      TYPE_A,
      0,
      1,
      0,
      0,
      0,
      5,
      0,
      4,
      ...address.split('.').map(Number),
    ]);
    server.send(Buffer.concat([header, question, ...(isA ? [record] : [])]), port, from);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.bind(0, '127.0.0.1', () => resolve(server.address().port));
  });
}
