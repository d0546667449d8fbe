#!/bin/sh
# Makes what `deploy/services/compose.yaml` needs, a file a secret. What is there stays.
# Signing keys are made here; EMAIL_URL is yours to give: EMAIL_URL=smtp://… sh deploy/services/secrets.sh
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
write() {
    [ -s "secrets/$1" ] && return
    printf '%s' "$2" >"secrets/$1"
}
for name in $(sed -n 's/^  \([a-z]*\)_secret_key:$/\1/p' compose.yaml); do
    write "${name}_secret_key" "$(openssl rand -base64 48)"
    write "${name}_database_password" "$(openssl rand -hex 24)"
done
write signing_keys "$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)"
write email_url "${EMAIL_URL:-smtp://localhost}"
# Containers run as a user of their own, who has to be able to read them.
chmod 644 secrets/*
