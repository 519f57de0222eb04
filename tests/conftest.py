"""The tests compute as the program does: with one thread of linear algebra, said before numpy is loaded.

What the program keeps on this computer they keep in a folder of their own, so that no test meets a person's data.
"""

import atexit
import os
import shutil
import tempfile

from shinsight.threads import use_one_thread

use_one_thread()
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="shinsight-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_DATA_HOME"], ignore_errors=True)
