package squid

import "strings"

// Variable is the environment variable in which the start script finds the configuration.
const Variable = "SQUID_CONFIGURATION"

// script starts Squid in a container, without root's rights. The certificate is new each time: Squid does not start without one, and no
// client sees it. Squid opens /dev/stdout by name, which needs a pipe of its own user, so cat passes the log on.
const script = `set -euo pipefail
umask 077
cd FOLDER
printf '%s' "$SQUID_CONFIGURATION" > squid.conf
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=egress-proxy -keyout proxy.key -out proxy.crt 2> openssl.log ||
	{ cat openssl.log; exit 1; }
cat proxy.crt proxy.key > proxy.pem
exec squid -N -f squid.conf > >(exec cat) 2>&1
`

// Script returns the script with which bash starts Squid. It writes its files to a folder, an absolute path as in Config.
func Script(folder string) string { return strings.ReplaceAll(script, "FOLDER", folder) }

// Check is a command for bash that succeeds if something accepts connections on the port.
const Check = `exec 3<> /dev/tcp/127.0.0.1/`
