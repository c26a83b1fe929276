//! Files for tests.

/// A PNG of 40 by 30 whose dots nobody could decode.
pub(crate) fn png() -> Vec<u8> {
    let head = b"\0\0\0\x0dIHDR\0\0\0\x28\0\0\0\x1e\x08\x02\0\0\0csum";
    let dots = b"\0\0\0\x04IDATdotscsum";
    let end = b"\0\0\0\0IENDcsum";
    [b"\x89PNG\r\n\x1a\n".as_slice(), head, dots, end].concat()
}
