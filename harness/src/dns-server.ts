import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How a name server answers a question: with addresses, with an error, or not at all. */
export type DnsAnswer = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silent';

export interface DnsQuestion {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
}

/** A name server on loopback with scripted answers. */
export interface DnsServer {
  /** Address and port, as a setting takes them. */
  readonly address: string;
  readonly questions: readonly DnsQuestion[];
  /** How often a name was looked up; a look-up is a pair of questions, one of each type. */
  lookUpsOf(name: string): number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, DnsQuestion['type']>> = { 1: 'A', 28: 'AAAA' };
const CODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const HEADER_BYTES = 12;

/**
 * Starts a name server on a free UDP port. `answerTo` is called for each question, and may
 * answer late; of the addresses that it returns, those of the question's type are sent, with a time
 * to live of 0.
 */
export async function startDnsServer(
  answerTo: (question: DnsQuestion) => DnsAnswer | Promise<DnsAnswer>,
): Promise<DnsServer> {
  const questions: DnsQuestion[] = [];
  let closed = false;
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => void reply(message, address, port));
  async function reply(message: Buffer, address: string, port: number): Promise<void> {
    const { name, type, end } = readQuestion(message);
    const question = { name, type: TYPES[type] ?? 'A' };
    questions.push(question);
    const answer = await answerTo(question);
    if (answer === 'silent' || closed) return;
    const family = question.type === 'A' ? 4 : 6;
    const addresses =
      typeof answer === 'string' ? [] : answer.filter((one) => isIP(one) === family);
    const header = Buffer.alloc(HEADER_BYTES);
    message.copy(header, 0, 0, 2); // the id
    // Flags: an answer of a recursive server to a question that asked for recursion.
    header.writeUInt16BE(0x8180 | (typeof answer === 'string' ? CODES[answer] : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((one) => record(type, ipaddr.parse(one).toByteArray()));
    socket.send(
      Buffer.concat([header, message.subarray(HEADER_BYTES, end), ...records]),
      port,
      address,
    );
  }
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    lookUpsOf: (name) => questions.filter((one) => one.name === name && one.type === 'A').length,
    close: () => {
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/** A name is a list of labels, each after its length; an empty one ends it. */
function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** A record for the name of the question, which begins right after the header. */
function record(type: number, data: readonly number[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4); // class: Internet
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, Buffer.from(data)]);
}
