#!/bin/sh
# Rolls one role to a build whose workers run: `promote.sh ROLE BUILD_ID [PERCENT SECONDS]`.
# With PERCENT, so much of what is new goes to it for SECONDS before all does. Safe to run again.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are read by the temporal command itself.
set -eu

if ! command -v temporal >/dev/null; then
    echo "the temporal command is not on the PATH: .venv/bin has it" >&2
    exit 1
fi

role=$1
build=$2
percent=${3:-}
soak=${4:-0}
deployment=${TALKNSHOP_DEPLOYMENT__NAME:-talknshop}-$role
PATIENCE=120

# The server refuses a build that does not poll yet, or that lacks a queue of the one before it.
attempt=1
until temporal worker deployment describe-version \
    --deployment-name "$deployment" --build-id "$build" >/dev/null 2>&1; do
    if [ "$attempt" -ge "$PATIENCE" ]; then
        echo "no worker of $deployment with build $build has come" >&2
        exit 1
    fi
    attempt=$((attempt + 1))
    sleep 1
done

if [ -n "$percent" ]; then
    temporal worker deployment set-ramping-version --yes \
        --deployment-name "$deployment" --build-id "$build" --percentage "$percent"
    echo "$percent % of what is new in $deployment goes to build $build for $soak s"
    sleep "$soak"
fi
temporal worker deployment set-current-version --yes \
    --deployment-name "$deployment" --build-id "$build"
temporal worker deployment describe --name "$deployment"
