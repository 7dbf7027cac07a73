"""Tables of the ledger, and its version."""

from __future__ import annotations

VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS asked (
    stream TEXT NOT NULL, from_us INTEGER NOT NULL, until_us INTEGER NOT NULL,
    asked_us INTEGER NOT NULL, PRIMARY KEY (stream, from_us, until_us)) STRICT;
CREATE TABLE IF NOT EXISTS slices (
    id INTEGER PRIMARY KEY, stream TEXT NOT NULL,
    from_us INTEGER NOT NULL, until_us INTEGER NOT NULL,
    is_closed INTEGER NOT NULL, read_us INTEGER NOT NULL, path TEXT,
    rows INTEGER NOT NULL, distinct_ids INTEGER NOT NULL, ids_digest TEXT NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, late_rows INTEGER NOT NULL,
    requests INTEGER NOT NULL, request_ids TEXT NOT NULL,
    first_us INTEGER, last_us INTEGER, is_derived INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX IF NOT EXISTS slices_by_stream ON slices (stream, from_us);
CREATE TABLE IF NOT EXISTS troubles (
    stream TEXT NOT NULL, from_us INTEGER NOT NULL, until_us INTEGER NOT NULL,
    why TEXT NOT NULL, tried_us INTEGER NOT NULL,
    PRIMARY KEY (stream, from_us, until_us)) STRICT;
CREATE TABLE IF NOT EXISTS imports (
    sha256 TEXT PRIMARY KEY, label TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
    bytes INTEGER NOT NULL, events INTEGER NOT NULL,
    rejected INTEGER NOT NULL, imported_us INTEGER NOT NULL, is_derived INTEGER NOT NULL,
    first_us INTEGER, last_us INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS contents (
    path TEXT NOT NULL, day TEXT NOT NULL, rows INTEGER NOT NULL,
    PRIMARY KEY (path, day)) STRICT;
CREATE TABLE IF NOT EXISTS rejects (
    file TEXT NOT NULL, line INTEGER, reason TEXT NOT NULL, raw TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS days (
    day TEXT PRIMARY KEY, rows INTEGER NOT NULL, duplicates INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, began_us INTEGER NOT NULL, ended_us INTEGER,
    arguments TEXT NOT NULL, outcome TEXT) STRICT;
"""
