#!/usr/bin/env bash
# Installs the peers in an environment of their own, checks that they give the same distributions, and times them.
set -euo pipefail
cd "$(dirname "$0")/../.."
# What is measured on one core must stay on one.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
environment=target/bench/peers
[[ -x $environment/bin/python ]] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check -r benches/peers/requirements.txt
# SIMULATE names another program than the one built here.
[[ -n ${SIMULATE-} ]] || cargo build --release --quiet
# A peer that isn't alike or doesn't agree is reported as such; the time of one that doesn't agree doesn't count.
"$environment/bin/python" benches/peers/peers.py alike || true
"$environment/bin/python" benches/peers/peers.py exact || true
"$environment/bin/python" benches/peers/peers.py check || true
"$environment/bin/python" benches/peers/peers.py time
