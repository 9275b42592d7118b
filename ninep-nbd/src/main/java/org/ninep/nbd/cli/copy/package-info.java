/** The commands that move the content of files, to and from a server. */
@NullMarked
package org.ninep.nbd.cli.copy;

import org.jspecify.annotations.NullMarked;
