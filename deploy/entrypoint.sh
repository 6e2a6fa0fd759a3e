#!/bin/sh
# Starts one verb with its secrets read from files: a variable NAME_FILE names the file that holds NAME. Secrets in the
# environment of a container are shown by every inspection of it; files are not.
set -eu
for variable in LSO_REDIS_URL LSO_DATABASE_URL LSO_SECRET_KEY; do
  eval "file=\${${variable}_FILE:-}"
  if [ -n "$file" ]; then
    [ -r "$file" ] || { echo "${variable}_FILE=$file: this file cannot be read; mount it as a secret." >&2; exit 2; }
    value=$(cat "$file")
    export "$variable=$value"
    # Unset: the start refuses variables it does not know.
    unset "${variable}_FILE"
  fi
done
exec python -m dashboard "$@"
