"""A session as files of other fields: OpenSim, BIDS, C3D, Parquet. One module a format."""
