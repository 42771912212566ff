/**
 * The engine's own configuration. Parts are flushed to disk before an insert is acknowledged (a server's default
 * leaves that to the system, and to its replicas); pools and caches fit a laptop.
 */
export const ENGINE_CONFIG = `<clickhouse>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
  <background_pool_size>2</background_pool_size>
  <background_schedule_pool_size>4</background_schedule_pool_size>
  <mark_cache_size>67108864</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <timezone>UTC</timezone>
</clickhouse>
`
