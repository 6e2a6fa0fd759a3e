"""Errors of the dashboard room.

DashboardError
├── SettingError     an environment variable that cannot be used
├── StartError       a process that cannot start (port taken, no server binary, …)
│   └── ScreensFileError  config/screens.yaml cannot be used
├── AccessError      who asked may not do it
├── ActionError      what was asked cannot be done (no such alert, …)
└── BackupError      an archive that cannot be written, trusted or restored
"""

from __future__ import annotations


class DashboardError(Exception):
    """Any failure of the dashboard room."""


class SettingError(DashboardError, ValueError):
    """A setting cannot be used; the message names the variable, the value and what was expected."""


class StartError(DashboardError, RuntimeError):
    """A process cannot start; the message says why and what to do."""


class ScreensFileError(StartError):
    """config/screens.yaml cannot be used; the message names the file, the key, what was expected and what was got."""


class AccessError(DashboardError, PermissionError):
    """Who asked has no authority for it."""


class ActionError(DashboardError, ValueError):
    """An action cannot be carried out; the message names what is at fault."""


class BackupError(DashboardError, RuntimeError):
    """A backup or a restore cannot be done; the message names the member, table or file and what to do."""
