"""The tests compute as the program does: with one thread of linear algebra, said before numpy is loaded."""

from shinsight.threads import use_one_thread

use_one_thread()
