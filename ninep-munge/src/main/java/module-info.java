/** MUNGE credentials for 9P, without native code. */
module org.ninep.munge {
    requires static transitive org.jspecify;
    requires transitive org.ninep.core;
    requires org.apache.commons.compress;
    requires org.bouncycastle.provider;

    exports org.ninep.munge;
}
