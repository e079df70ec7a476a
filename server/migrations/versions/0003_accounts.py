"""Accounts: sessions, links in mails, what was taken back, sealed phone numbers.

Revision 0003, after 0002. Written as SQL, in `sql/0003_up.sql` and `sql/0003_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of accounts."""
    run_script("0003_up.sql")


def downgrade() -> None:
    """Leave the schema of 0002."""
    run_script("0003_down.sql")
