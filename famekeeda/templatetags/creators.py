"""How templates write creators and campaigns: `{% creator id names %}`, with the names that famekeeda.shared finds.

`{% person id names %}` is a creator with a face and the handle, `{% face id names %}` the face alone, and
`{% called id names %}` the name as text, or the id.
"""

from django import template

from famekeeda import links, shared

register = template.Library()

register.simple_tag(links.creator_link, name="creator")
register.simple_tag(links.face, name="face")
register.simple_tag(links.person, name="person")
register.simple_tag(links.campaign_link, name="campaign")
register.simple_tag(shared.called, name="called")
