/** The main job, end to end: the program between real 9P servers and real NBD clients. */
@NullMarked
package org.ninep.nbd.it;

import org.jspecify.annotations.NullMarked;
