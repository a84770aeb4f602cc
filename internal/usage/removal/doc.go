// Package removal proposes to remove declared flows that flow logs show as unused.
//
// It proposes only flows whose verdict is [usage.Unused], which says that the logs would have shown traffic, and only if the logs cover at
// least the time that was asked for. A flow that was not seen is never proposed.
//
// The package edits no files.
package removal
