//! The kinds of file that are taken, told by their first bytes and not by what somebody calls them.

/// What a file is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Medium {
    /// It is looked at.
    Picture,
    /// It is played.
    Video,
    /// It is turned about in space, or stood in the room by a telephone.
    Model,
    /// It is read.
    Document,
}

impl Medium {
    /// The most bytes of such a file.
    pub fn max_bytes(self) -> u64 {
        let mebibytes = match self {
            Self::Picture => 20,
            Self::Video => 256,
            Self::Model | Self::Document => 64,
        };
        mebibytes * 1024 * 1024
    }
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
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
    /// MPEG-4 video.
    Mp4,
    /// WebM video.
    Webm,
    /// Binary glTF model.
    Glb,
    /// Universal Scene Description model, as telephones of Apple show it.
    Usdz,
    /// Portable Document Format.
    Pdf,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Gif,
        Self::Avif,
        Self::Svg,
        Self::Mp4,
        Self::Webm,
        Self::Glb,
        Self::Usdz,
        Self::Pdf,
    ];

    /// The kind that the content is of. The first bytes are enough for every kind but drawings, which are texts.
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
        } else if at(4, b"ftyp") {
            of_brand(content.get(8..12)?)
        } else if at(0, b"\x1a\x45\xdf\xa3") && mentions(content, b"webm") {
            Some(Self::Webm)
        } else if at(0, b"glTF\x02\0\0\0") {
            Some(Self::Glb)
        } else if at(0, b"PK\x03\x04") && is_scene(content) {
            Some(Self::Usdz)
        } else if at(0, b"%PDF-") {
            Some(Self::Pdf)
        } else if crate::svg::looks_like_svg(content) {
            Some(Self::Svg)
        } else {
            None
        }
    }

    /// What it is good for.
    pub fn medium(self) -> Medium {
        match self {
            Self::Png | Self::Jpeg | Self::Webp | Self::Gif | Self::Avif | Self::Svg => Medium::Picture,
            Self::Mp4 | Self::Webm => Medium::Video,
            Self::Glb | Self::Usdz => Medium::Model,
            Self::Pdf => Medium::Document,
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
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Glb => "model/gltf-binary",
            Self::Usdz => "model/vnd.usdz+zip",
            Self::Pdf => "application/pdf",
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
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
            Self::Glb => "glb",
            Self::Usdz => "usdz",
            Self::Pdf => "pdf",
        }
    }

    /// The kind of that media type.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.content_type() == content_type)
    }
}

/// Pictures and videos share a container, which says whose it is.
fn of_brand(brand: &[u8]) -> Option<FileKind> {
    match brand {
        b"avif" | b"avis" => Some(FileKind::Avif),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"M4V " | b"dash" => {
            Some(FileKind::Mp4)
        }
        _ => None,
    }
}

/// A WebM says so in its header, unlike other Matroska files.
fn mentions(content: &[u8], word: &[u8]) -> bool {
    let head = content.get(..64).unwrap_or(content);
    head.windows(word.len()).any(|part| part == word)
}

/// The archive of a model begins with its scene.
fn is_scene(content: &[u8]) -> bool {
    let name = || {
        let length: [u8; 2] = *content.get(26..)?.first_chunk()?;
        content.get(30..)?.get(..usize::from(u16::from_le_bytes(length)))
    };
    name().is_some_and(|name| {
        [".usd", ".usda", ".usdc"]
            .iter()
            .any(|end| name.ends_with(end.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_kind() {
        let scene = [b"PK\x03\x04".as_slice(), &[0; 22], b"\x06\0\0\0a.usdc"].concat();
        let archive = [b"PK\x03\x04".as_slice(), &[0; 22], b"\x05\0\0\0a.txt"].concat();
        for (content, kind) in [
            (b"\x89PNG\r\n\x1a\n....".as_slice(), Some(FileKind::Png)),
            (b"\xff\xd8\xff\xe0....", Some(FileKind::Jpeg)),
            (b"GIF89a....", Some(FileKind::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
            (b"\0\0\0\x1cftypavif", Some(FileKind::Avif)),
            (b"\0\0\0\x20ftypisom", Some(FileKind::Mp4)),
            (b"\0\0\0\x20ftypheic", None),
            (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", Some(FileKind::Webm)),
            (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", None),
            (b"glTF\x02\0\0\0\x10\0\0\0", Some(FileKind::Glb)),
            (&scene, Some(FileKind::Usdz)),
            (&archive, None),
            (b"%PDF-1.7", Some(FileKind::Pdf)),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- art --><svg xmlns='x'/>",
                Some(FileKind::Svg),
            ),
            (b"<html><svg/></html>", None),
            (b"RIFF\x10\0\0\0WAVE", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::of(content), kind, "{}", String::from_utf8_lossy(content));
        }
        for kind in FileKind::ALL {
            assert_eq!(FileKind::from_content_type(kind.content_type()), Some(kind));
        }
    }
}
