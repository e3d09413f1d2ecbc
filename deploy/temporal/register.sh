#!/bin/sh
# Registers the namespace and the search attributes. Safe to run again: what is there stays.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are read by the temporal command itself.
set -eu

RETENTION=30d
PATIENCE=60

# A port answers before the service does, and a new namespace takes seconds to be known everywhere.
retry() {
    attempt=1
    until "$@"; do
        if [ "$attempt" -ge "$PATIENCE" ]; then
            echo "gave up after $attempt attempts: $*" >&2
            exit 1
        fi
        attempt=$((attempt + 1))
        sleep 1
    done
}

namespace_exists_or_is_made() {
    temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
        temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

retry temporal operator cluster health
retry namespace_exists_or_is_made
retry temporal operator search-attribute create \
    --name UserId --type Keyword \
    --name SessionId --type Keyword \
    --name Kind --type Keyword \
    --name Stage --type Keyword \
    --name JobStatus --type Keyword \
    --name Needs --type Keyword \
    --name NeedsSince --type Datetime \
    --name Marketplace --type KeywordList
