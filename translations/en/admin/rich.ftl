# The editor of texts
admin-rich = Formatting
admin-rich-bold = Bold (Ctrl+B)
admin-rich-italic = Italic (Ctrl+I)
admin-rich-heading = H2 heading
admin-rich-subheading = H3 smaller heading
admin-rich-bullets = List
admin-rich-numbers = 1. Numbered list
admin-rich-link = Link
admin-rich-plain = Remove formatting
admin-rich-undo = Undo (Ctrl+Z)
admin-rich-redo = Redo (Ctrl+Shift+Z)
admin-rich-source = Edit as HTML
admin-rich-link-address = Address
admin-rich-link-hint = https://…, mailto:…, tel:… or a path of this shop such as /pages/care. Leave it empty to take the link away.
admin-rich-link-set = Set the link
