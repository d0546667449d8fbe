#!/bin/sh
# Runs a command on Heroku, where add-ons give their addresses under names of their own.
export CELERY_BROKER_URL="${CELERY_BROKER_URL:-$CLOUDAMQP_URL}" BROKER_URL="${BROKER_URL:-$CLOUDAMQP_URL}"
exec "$@"
