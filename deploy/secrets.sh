#!/bin/sh
# Makes the secrets of compose.yaml once, each at random; a file that is there is left as it is.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

random() { head -c 36 /dev/urandom | base64 | tr -d '=+/\n' | cut -c1-40; }
once() { [ -s "$1" ] || { printf '%s' "$2" > "$1"; echo "made secrets/$1"; }; }

once secret_key "$(random)$(random)"
once postgres_password "$(random)"
once lso_password "$(random)"
once bus_password "$(random)"
once database_url "postgresql://lso:$(cat lso_password)@postgres:5432/lso"
once redis_url "redis://lso:$(cat bus_password)@valkey:6379/0"
hash=$(printf '%s' "$(cat bus_password)" | sha256sum | cut -d' ' -f1)
once users.acl "user default off
user lso on #$hash ~lso:* &* +@all -@admin -@dangerous +info +config|get
"
# The containers' users are not this one, so each file may be read where it is mounted; on this machine the folder keeps
# everybody else out.
chmod 0700 .
chmod 0444 ./*
echo "The secrets stand in $(pwd). Keep a copy of secret_key where your backups are."
