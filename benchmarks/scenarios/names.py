"""First and last names; few enough that some people of a large tenant share one."""

_FIRST = """
Aaron Amelia Anke Arjun Beatriz Brian Carlos Chloé Chris Clara Daniel Derek Diana Edith Elena Emma
Ethan Fatima Felix Frank George Grace Gwen Hannah Helen Howard Hugo Ines Ingrid Irene Ivan Jack
Jonas José Julia Jürgen Karen Kaya Kevin Laura Lena Leon Liam Linda Lucas Maria Martin Mei Miguel
Monica Nadia Neil Nils Nora Olga Omar Oscar Owen Paula Peter Petra Priya Quentin Raj Rosa Ruth
Samuel Sanne Simon Sofia Stefan Tanya Tomas Umar Uwe Vera Victor Walter Wei Xenia Yannick Yuki
Zara Zoë
"""
_LAST = """
Abara Adeyemi Baker Bell Benitez Berger Blake Blum Boyd Brandt Brown Castle Chen Cho Clarke Costas
Delgado Dixon Doyle Dragov Dubois Ekström Farouk Ferreira Finch Ford Fraser Gallagher Grant Haddad
Hansen Hart Hoffmann Hughes Ito Jensen Jung Keller Khan Kim Kowalski Kraus Krüger Lambert Lang
Larsen Lee Lima Lindqvist Lund Malhotra Malik Marchetti Mendez Moreau Morgan Moss Müller Nguyen
Nkemelu Noor Novak Novotny Okafor Olsen Osei Papas Park Patel Petrov Pryce Quill Raman Reyes Rossi
Roth Roy Sand Santos Sato Schenk Seidel Silva Simms Singh Smith Solberg Stein Stone Tanaka
Tremblay Tran Vogel Volkova Wagner Walsh Weiß Weller Whitaker Wilson Wong Yilmaz Young Zhou
Zielinska
"""
FIRST = tuple(_FIRST.split())
LAST = tuple(_LAST.split())
SHARED = ("Info Desk", "Sales Inbox", "Support", "Accounts Payable", "Recruiting", "Orders",
          "Press Office", "Facilities", "Legal Notices", "Events")  # fmt: skip
SERVICES = ("Scan to Mail", "Fax Gateway", "CRM Connector", "Mail Archiver", "Ticket Import",
            "Monitoring", "Payroll Mailer", "Backup Reports", "Door Control", "Invoice Reader",
            "Warehouse Printers", "Room Panels")  # fmt: skip
GROUPS = ("GRP-Finance-Mailboxes", "SG_SharedMailbox_FullAccess", "Assistants", "HR Team")
"""Groups that hold rights; exports do not say who is in them."""
