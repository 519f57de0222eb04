"""shinsight: ankle dorsiflexion and heel lift from one shin-worn IMU."""

__version__ = "0.1.0"
