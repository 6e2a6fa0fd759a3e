-- Once, as a superuser: psql -v password='…' -f init.sql
-- The account owns its database and nothing else; the tables are made by the first start (see docs/operations.md).
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
