/**
 * Files that stay readable while their servers come and go: replicas, back-off, and the checks that tell a good server
 * from a bad one. Nothing here knows NBD, and no message of the protocol is encoded here.
 */
@NullMarked
package org.ninep.resilient;

import org.jspecify.annotations.NullMarked;
