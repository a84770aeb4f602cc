// Package athena says what package usage says in SQL, for logs that are too many to read on one machine: the definition of an Athena table
// over the flow logs in S3, and queries that hold the declaration. The queries also run on Trino and, with a few macros, on DuckDB.
//
// # What the queries say
//
// They say what [usage.Accounting.Conclude] says of a network without a list of interfaces: the same verdicts and the same counts. They
// differ in these points, and where a verdict differs, it is weaker, never surer:
//
//   - A line that does not make sense puts every flow in doubt, as in usage. A value of tcp-flags that is no number reads as none.
//   - If a network has IPv6 addresses in a block that is not known, every record of IPv6 puts every flow in doubt, not only those with
//     two addresses outside the network.
//   - The number of sources is exact. Usage estimates it beyond 127.
//   - High ports that nobody declared are always listed one by one, except those that the internet tries. Usage joins them in a crowd.
//   - Usage says of a flow that its packets left their source and did not arrive. The queries do not.
//
// # How addresses compare
//
// Neither engine has a type for addresses that the other has. So an address is a text of fixed length: 010.000.016.005, and
// 2001:0db8:0000:0000:0000:0000:0000:0001. Texts of one family compare as the addresses do, exactly, and people can read them.
//
// # Where they run
//
// The grammar is Trino's, which Athena's engine version 3 runs. DuckDB runs them with macros for regexp_like, bitwise_and, array_union,
// array_remove, array_join, cardinality and from_unixtime: see testdata/duckdb.cjs. Where the engines differ, the queries keep away: least
// and greatest of null, parts of a text that are not there, division of integers.
//
// # Cost
//
// Each query reads the columns it needs two to four times, because Athena computes a named part of a query where it is used. Give a period:
// it becomes conditions on the partitions.
//
// # Limits
//
// Athena takes queries of up to 262,144 bytes. A query holds each flow, address range and port of the declaration once, about 200 bytes for
// a flow: 1,000 flows fit. A longer query is an error, because Athena would refuse it.
package athena
