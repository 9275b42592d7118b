/**
 * Block devices over NBD: what a block device is, the device made of a file, the server and a small client. Nothing
 * here parses a command line or knows an authentication.
 */
@NullMarked
package org.ninep.nbd;

import org.jspecify.annotations.NullMarked;
