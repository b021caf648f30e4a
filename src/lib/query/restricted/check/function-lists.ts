/**
 * Every function of the bundled DuckDB, each either allowed in a restricted query or refused for a reason. A test
 * compares this with `duckdb_functions()`: a function that a newer DuckDB brings is refused, and fails the test until
 * it is classified here.
 *
 * Allowed is what computes from its arguments and from nothing else: no file, no setting, no catalog, no SQL in a
 * string, no side effect. How much it computes is bounded by the limits of the process, not here.
 */

const OPERATORS = `!__postfix !~~ !~~* % & && * ** + - ->> / // <-> << <=> <@ >> @ @> ^ ^@ | || ~ ~~ ~~* ~~~`;

const NUMBERS = `abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide
  equi_width_bins even exp factorial floor gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm
  least least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians random round
  sign signbit sin sinh sqrt subtract tan tanh trunc xor`;

/** Also bytes, hashes and what is left over. */
const TEXT = `aggregate ascii bar base64 bin bit_length bit_position bitstring char_length character_length chr concat
  concat_ws damerau_levenshtein decode editdist3 encode ends_with error format formatreadabledecimalsize
  formatreadablesize format_bytes from_base64 from_binary from_hex gen_random_uuid get_bit hamming hash hex
  ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length
  length_grapheme levenshtein like_escape lower lpad ltrim md5 md5_number mismatches nfc_normalize
  not_ilike_escape not_like_escape octet_length ord parse_dirname parse_dirpath parse_filename
  parse_formatted_bytes parse_path position prefix printf regexp_escape regexp_extract regexp_extract_all
  regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right
  right_grapheme rpad rtrim set_bit sha1 sha256 split starts_with str_split str_split_regex string_split
  string_split_regex string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix
  to_base to_base64 to_binary to_hex translate trim typeof ucase unbin unhex unicode upper url_decode url_encode
  uuid uuid_extract_timestamp uuid_extract_version uuidv4 uuidv7`;

const TIMES = `age century current_date current_localtime current_localtimestamp date_diff date_part date_sub date_trunc
  datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_ns
  epoch_us era get_current_time get_current_timestamp hour isodow isoyear julian last_day make_date make_time
  make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond minute
  month monthname nanosecond now quarter second strftime strptime time_bucket timezone timezone_hour
  timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds
  to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today transaction_timestamp
  try_strptime week weekday weekofyear year yearweek`;

/** `unnest` is known to the binder alone. */
const LISTS = `unnest apply array_aggr array_aggregate array_apply array_cat array_concat array_contains array_cosine_distance
  array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product array_extract
  array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product
  array_intersect array_length array_negative_dot_product array_negative_inner_product array_position
  array_reduce array_resize array_reverse_sort array_select array_slice array_sort array_transform array_unique
  array_value array_where array_zip cardinality contains element_at filter flatten generate_series grade_up
  list_aggr list_aggregate list_apply list_cat list_concat list_contains list_cosine_distance
  list_cosine_similarity list_distance list_distinct list_dot_product list_element list_extract list_filter
  list_grade_up list_has list_has_all list_has_any list_indexof list_inner_product list_intersect
  list_negative_dot_product list_negative_inner_product list_pack list_position list_reduce list_resize
  list_reverse_sort list_select list_slice list_sort list_transform list_unique list_value list_where list_zip
  map map_concat map_contains map_entries map_extract map_extract_value map_from_entries map_keys map_values
  range reduce row struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof
  struct_insert struct_keys struct_pack struct_position struct_update struct_values`;

const JSON_VALUES = `array_to_json from_json from_json_strict json_array json_array_length json_contains json_exists json_extract
  json_extract_path json_extract_path_text json_extract_string json_keys json_merge_patch json_object
  json_pretty json_quote json_structure json_transform json_transform_strict json_type json_valid json_value
  row_to_json to_json`;

const AGGREGATES = `any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last
  arg_min arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg
  bool_and bool_or corr count count_if count_star countif covar_pop covar_samp cume_dist dense_rank entropy favg
  fill first first_value fsum group_concat histogram histogram_exact kahan_sum kurtosis kurtosis_pop lag last
  last_value lead list listagg mad max max_by mean median min min_by mode nth_value ntile percent_rank product
  quantile quantile_cont quantile_disc rank rank_dense regr_avgx regr_avgy regr_count regr_intercept regr_r2
  regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile row_number sem skewness stddev stddev_pop stddev_samp
  string_agg sum sum_no_overflow sumkahan var_pop var_samp variance`;

/** SQL macros that come with DuckDB. */
const MACROS = `ago array_append array_pop_back array_pop_front array_prepend array_push_back array_push_front array_reverse
  array_to_string array_to_string_comma_default date_add days_in_month fdiv fmod generate_subscripts geomean
  geometric_mean json json_group_array json_group_object json_group_structure list_any_value list_append
  list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or
  list_count list_entropy list_first list_histogram list_kurtosis list_kurtosis_pop list_last list_mad list_max
  list_median list_min list_mode list_prepend list_product list_reverse list_sem list_skewness list_stddev_pop
  list_stddev_samp list_string_agg list_sum list_var_pop list_var_samp map_contains_entry map_contains_value
  md5_number_lower md5_number_upper nullif pg_size_pretty regexp_split_to_table round_even roundbankers
  split_part wavg weighted_avg`;

export const ALLOWED: ReadonlySet<string> = namesIn(
  [OPERATORS, NUMBERS, TEXT, TIMES, LISTS, JSON_VALUES, AGGREGATES, MACROS].join(" "),
);

/** Those that can give another value for the same row. */
export const VOLATILE: ReadonlySet<string> = namesIn("random uuid gen_random_uuid uuidv4 uuidv7");

/** Why functions are refused, by name or by the beginning of their names. */
export const REFUSED: readonly {
  readonly reason: string;
  readonly names: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}[] = [
  {
    reason: "it tells of the server, its settings or its catalog",
    names: namesIn(`current_setting getvariable getenv current_query current_query_id current_connection_id
  current_transaction_id txid_current current_schema current_schemas current_database current_catalog current_role
  current_user session_user user in_search_path version get_block_size col_description obj_description
  shobj_description format_type format_pg_type map_to_pg_oid`),
    prefixes: ["pg_", "has_", "inet_"],
  },
  {
    reason: "it runs or plans SQL of its own",
    names: namesIn("json_serialize_sql json_serialize_plan json_deserialize_sql"),
    prefixes: [],
  },
  {
    reason: "it does something beside computing",
    names: namesIn("write_log sleep_ms nextval currval setseed"),
    prefixes: [],
  },
  {
    reason: "it takes the inner state of an aggregate, which could be made up",
    names: namesIn("finalize combine to_aggregate_state"),
    prefixes: [],
  },
  {
    reason: "it is for DuckDB's own use, or tells of rows that no query sees",
    names: namesIn(`stats vector_type create_sort_key icu_sort_key timetz_byte_comparable normalized_interval
  parse_duckdb_log_message can_cast_implicitly cast_to_type get_type make_type replace_type alias remap_struct
  constant_or_null unpivot_list is_histogram_other_bin switch __postfix union_extract union_tag union_value`),
    prefixes: ["__internal_", "icu_collate_", "variant_", "st_", "enum_"],
  },
];

/** Functions in FROM that are refused: all but those of `TABLE_FUNCTIONS`. Reviewed as the others are. */
export const REFUSED_IN_FROM: ReadonlySet<string> =
  namesIn(`arrow_scan arrow_scan_dumb check_peg_parser checkpoint disable_logging disable_peg_parser disable_profiling
  duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints
  duckdb_coordinate_systems duckdb_databases duckdb_dependencies duckdb_extensions duckdb_external_file_cache
  duckdb_functions duckdb_indexes duckdb_keywords duckdb_log_contexts duckdb_logs duckdb_logs_parsed
  duckdb_memory duckdb_optimizers duckdb_prepared_statements duckdb_profiling_settings duckdb_schemas
  duckdb_secret_types duckdb_secrets duckdb_sequences duckdb_settings duckdb_table_sample duckdb_tables
  duckdb_temporary_files duckdb_types duckdb_variables duckdb_views enable_logging enable_peg_parser
  enable_profiling force_checkpoint glob histogram histogram_values icu_calendar_names json_each
  json_execute_serialized_sql json_tree parquet_bloom_probe parquet_file_metadata parquet_full_metadata
  parquet_kv_metadata parquet_metadata parquet_scan parquet_schema pg_timezone_names pragma_collations
  pragma_database_size pragma_metadata_info pragma_platform pragma_show pragma_storage_info pragma_table_info
  pragma_user_agent pragma_version query query_table read_blob read_csv read_csv_auto read_duckdb read_json
  read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects
  read_parquet read_text repeat repeat_row seq_scan sniff_csv sql_auto_complete summary test_all_types
  test_vector_types truncate_duckdb_logs which_secret`);

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
