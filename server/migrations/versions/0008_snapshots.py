"""Snapshots of guest lists, where a feed begins, and devices that are held.

Revision 0008, after 0007. Written as SQL, in `sql/0008_up.sql` and `sql/0008_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Room for what is known of snapshots, feeds' floors and held devices."""
    run_script("0008_up.sql")


def downgrade() -> None:
    """Forget it; a feed that was shortened stays so, and devices below its beginning pull what is left."""
    run_script("0008_down.sql")
