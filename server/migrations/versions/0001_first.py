"""The first schema.

Revision 0001, after none. Written as SQL, in `sql/0001_up.sql` and `sql/0001_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first schema, and the server's own identity."""
    run_script("0001_up.sql")


def downgrade() -> None:
    """Leave an empty database."""
    run_script("0001_down.sql")
