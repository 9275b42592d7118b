/** Reads of files served over 9P that outlive lost, hung, slow and lying servers. */
module org.ninep.resilient {
    requires static transitive org.jspecify;
    requires transitive org.ninep.core;
    requires org.slf4j;

    exports org.ninep.resilient;
}
