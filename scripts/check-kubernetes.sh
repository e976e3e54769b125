#!/usr/bin/env bash
# Builds deploy/kubernetes with kubectl's kustomize, and validates every manifest strictly against the schemas of
# Kubernetes, which the Python package kubernetes-validate brings. It reaches PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
for one in base example; do
  kubectl kustomize "deploy/kubernetes/$one" >"$folder/$one.yaml"
done
cp deploy/kubernetes/secret.template.yaml "$folder/secret.yaml"
# The oldest version that is maintained, and the newest that the package knows.
for version in 1.34 1.37; do
  for file in "$folder"/*.yaml; do
    "$folder/venv/bin/kubernetes-validate" --strict --kubernetes-version "$version" "$file"
  done
done
