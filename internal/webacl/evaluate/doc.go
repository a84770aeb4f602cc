// Package evaluate says what a web ACL makes of a request, without AWS: which rule decides, with which labels.
//
// What cannot be known, as what managed rule groups look for, is unknown, and that is carried through: a verdict is then several
// possible ones. SQL and scripts are looked for with libinjection, which is not what AWS has: such answers are approximate.
package evaluate
