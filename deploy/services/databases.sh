#!/bin/sh
# PostgreSQL runs this once, on an empty disk: a database a service, with a role of its own
# that nobody else has the password of.
set -eu
for name in $SERVICES; do
    password=$(cat "/run/secrets/${name}_database_password")
    psql --username postgres --set=ON_ERROR_STOP=1 --set=name="$name" --set=password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
