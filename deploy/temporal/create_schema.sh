#!/bin/sh
# Makes or upgrades Temporal's two databases. Safe to run again: what is there is left alone.
# SQL_HOST, SQL_USER and SQL_PASSWORD are read by temporal-sql-tool itself.
set -eu

prepare() {
    temporal-sql-tool --plugin postgres12 --port 5432 --database "$1" create
    temporal-sql-tool --plugin postgres12 --port 5432 --database "$1" setup-schema -v 0.0
    temporal-sql-tool --plugin postgres12 --port 5432 --database "$1" update-schema \
        -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
