// Command tierwall computes which network traffic CloudFormation templates carry. It shows the traffic, explains it, compares it with a
// declaration or with other templates, and checks the network controls in the templates. Run "tierwall help" for its commands.
package main

import (
	"os"

	"github.com/tierwall/tierwall/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
