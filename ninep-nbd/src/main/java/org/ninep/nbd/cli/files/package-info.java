/** The commands that look at names in a server's tree, and change them. What moves content is in {@code copy}. */
@NullMarked
package org.ninep.nbd.cli.files;

import org.jspecify.annotations.NullMarked;
