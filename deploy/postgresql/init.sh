#!/bin/sh
# Run once by the postgres image, on an empty data directory: makes the account and its database.
set -eu
psql --no-psqlrc -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/lso_password)" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT format('CREATE ROLE lso LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 70 PASSWORD %L', :'password')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lso') \gexec

-- template0: another encoding of the template must not be inherited.
SELECT 'CREATE DATABASE lso OWNER lso ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'lso') \gexec

REVOKE ALL ON DATABASE lso FROM PUBLIC;
ALTER DATABASE lso SET timezone TO 'UTC';
-- A statement that runs for ten minutes is a mistake, whoever made it; a restore sets its own.
ALTER ROLE lso SET statement_timeout TO '10min';
ALTER ROLE lso SET idle_in_transaction_session_timeout TO '5min';

\connect lso
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO lso;
SQL
