// Package evaluate applies a web ACL to a request, without AWS: it says which rule decides, and which labels the request gets.
//
// What managed rule groups look for and the like is unknown. Then a verdict has several possible decisions. The package finds injected SQL
// and scripts with libinjection, which is not what AWS uses, so such answers are approximate.
package evaluate
