"""Lists that empty at a wall time each night.

Revision 0010, after 0009. Written as SQL, in `sql/0010_up.sql` and `sql/0010_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Room for the time at which a list empties."""
    run_script("0010_up.sql")


def downgrade() -> None:
    """Forget it; exits that were written stay."""
    run_script("0010_down.sql")
