"""Every row of tables by Spark with delta-spark: `spark_rows.py TABLE...`. After the rows of each table a line `end TABLE`.

pyspark must have the jars of delta-spark in its own jars directory: .ci/run puts them there."""

import os
import sys
import time

from pyspark.sql import SparkSession

from rows import write_rows

# Spark gives times in the local zone.
os.environ["TZ"] = "UTC"
time.tzset()

# What Java and Spark say themselves must not come between the rows.
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "700m")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    .config("spark.sql.codegen.wholeStage", "false")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.databricks.delta.snapshotPartitions", "1")
    .getOrCreate()
)
for path in sys.argv[1:]:
    frame = spark.read.format("delta").load(path)
    write_rows((row.asDict(recursive=True) for row in frame.collect()), out)
    out.write(f"end {path}\n")
    out.flush()
