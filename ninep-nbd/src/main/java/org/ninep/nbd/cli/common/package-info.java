/** What all commands have in common: streams, how values are written, how failures are told, how 9P servers are reached. */
@NullMarked
package org.ninep.nbd.cli.common;

import org.jspecify.annotations.NullMarked;
