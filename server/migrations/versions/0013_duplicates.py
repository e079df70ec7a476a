"""When one person's two registrations were looked for.

Revision 0013, after 0012. Written as SQL, in `sql/0013_up.sql` and `sql/0013_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remember up to where."""
    run_script("0013_up.sql")


def downgrade() -> None:
    """Forget it, and what was found."""
    run_script("0013_down.sql")
