package squid

import (
	"fmt"
	"strings"
)

// Variable is the environment variable in which the start script finds the configuration.
const Variable = "SQUID_CONFIGURATION"

// script starts Squid in a container, without root's rights. The certificate is new each time: Squid does not start without one, and no
// client sees it. Squid opens /dev/stdout by name, which needs a pipe of its own user, so cat passes the log on.
const script = `set -euo pipefail
umask 077
cd FOLDER
printf '%s' "$SQUID_CONFIGURATION" > squid.conf
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=egress-proxy \
	-keyout proxy.key -out proxy.crt 2> openssl.log ||
	{ cat openssl.log; exit 1; }
cat proxy.crt proxy.key > proxy.pem
exec squid -N -f squid.conf > >(exec cat) 2>&1
`

// Script returns the script with which bash starts Squid. It writes its files to a folder, an absolute path as in Config.
func Script(folder string) string { return strings.ReplaceAll(script, "FOLDER", folder) }

// Check returns a command for bash that succeeds if Squid refuses a request on the port within four seconds: then read ends without a line,
// and not because of the time, for which its status is above 128.
func Check(port int) string {
	return fmt.Sprintf(`exec 3<> /dev/tcp/127.0.0.1/%d && printf 'GET http://localhost/ HTTP/1.0\r\n\r\n' >&3 || exit 1
read -r -t 4 line <&3
[[ $? -le 128 ]]`, port)
}
