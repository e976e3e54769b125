#!/usr/bin/env bash
# Checks the alert rules and a real scrape with promtool, and both formats with the Prometheus project's own
# Python parser: `npm run check-metrics`. Takes promtool from the PATH, or Debian's package without installing it.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
# PostgreSQL enters it as another user, if root starts it.
chmod 711 "$folder"
node=
stop() {
  if [ -n "$node" ]; then
    kill "$node" 2>/dev/null || true
    wait "$node" || true
  fi
  rm -rf "$folder"
}
trap stop EXIT

promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
  # The package alone is 19 MB; its dependencies are for the server.
  mkdir "$folder/package"
  (cd "$folder/package" && apt-get download -qq prometheus 2>/dev/null && dpkg -x prometheus*.deb .)
  promtool=$folder/package/usr/bin/promtool
fi
"$promtool" check rules deploy/prometheus/hooktrail.rules.yaml

HOOKTRAIL_DATA_DIR=$folder/data HOOKTRAIL_PORT=0 HOOKTRAIL_METRICS_PORT=0 HOOKTRAIL_METRICS_WEBHOOKS=top:5 \
  HOOKTRAIL_LOG_FORMAT=json node server/dist/main.js >"$folder/log" 2>&1 &
node=$!
url=
for _ in $(seq 600); do
  url=$(sed -n 's/.*"metrics_url":"\([^"]*\)".*/\1/p' "$folder/log")
  [ -n "$url" ] && break
  kill -0 "$node" 2>/dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.1
done
curl -sSf "$url" >"$folder/text"
curl -sSf -H 'Accept: application/openmetrics-text; version=1.0.0' "$url" >"$folder/openmetrics"
"$promtool" check metrics <"$folder/text"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder/python" prometheus_client
PYTHONPATH=$folder/python python3 - "$folder" <<'PYTHON'
import sys
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as text

for name, parser in (("text", text), ("openmetrics", openmetrics)):
    with open(f"{sys.argv[1]}/{name}") as file:
        families = list(parser.text_string_to_metric_families(file.read()))
    print(f"{name}: {len(families)} families")
PYTHON
