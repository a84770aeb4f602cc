// Package proxy makes an egress proxy: the only way out for the tiers that use it. Its rules come from the names that its clients are
// allowed.
//
// The proxy is Squid in tasks of AWS Fargate, in an app tier of its own. Clients reach the proxy's port alone, and have no route out. The
// proxy reaches the declared names alone: Squid checks the name that a client asks for, the same name in TLS, and the addresses behind the
// name, and the network firewall checks the name again. Nothing is decrypted.
//
// The page of the package, README.md, has the image, what the proxy checks, and what it cannot see.
package proxy
