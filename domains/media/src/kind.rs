//! The kinds of picture that are taken, told by their first bytes and not by what somebody calls them.

/// A kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
    /// AV1 still picture.
    Avif,
    /// Drawn picture. It is a document that could hold a script, so it is looked through.
    Svg,
}

impl ImageKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif, Self::Avif, Self::Svg];

    /// The kind that the content is of.
    pub fn of(content: &[u8]) -> Option<Self> {
        let at = |offset: usize, mark: &[u8]| content.get(offset..).is_some_and(|rest| rest.starts_with(mark));
        if at(0, b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if at(0, b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
            Some(Self::Gif)
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Some(Self::Webp)
        } else if at(4, b"ftypavif") || at(4, b"ftypavis") {
            Some(Self::Avif)
        } else if crate::svg::looks_like_svg(content) {
            Some(Self::Svg)
        } else {
            None
        }
    }

    /// The media type in headers.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The ending of file names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Avif => "avif",
            Self::Svg => "svg",
        }
    }

    /// The kind of that media type.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.content_type() == content_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_kind() {
        for (content, kind) in [
            (b"\x89PNG\r\n\x1a\n....".as_slice(), Some(ImageKind::Png)),
            (b"\xff\xd8\xff\xe0....", Some(ImageKind::Jpeg)),
            (b"GIF89a....", Some(ImageKind::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(ImageKind::Webp)),
            (b"\0\0\0\x1cftypavif", Some(ImageKind::Avif)),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- art --><svg xmlns='x'/>",
                Some(ImageKind::Svg),
            ),
            (b"<html><svg/></html>", None),
            (b"RIFF\x10\0\0\0WAVE", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(ImageKind::of(content), kind, "{}", String::from_utf8_lossy(content));
        }
        for kind in ImageKind::ALL {
            assert_eq!(ImageKind::from_content_type(kind.content_type()), Some(kind));
        }
    }
}
